"""Who gets which answer where: one table of every address, method and role.

``rows/*.txt`` is the table, ``house`` the companies and objects that the addresses name,
``asking`` fills an address and sends the request. The tests beside this folder compare.
"""
