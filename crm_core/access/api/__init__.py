"""The API's side of access: authentication, the actor of a request, tokens and tickets."""
