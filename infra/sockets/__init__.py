"""WebSocket frames past the layers between an application and its socket.

An ASGI extension of ours, ``fairfall.frames``: a server that has it lets an application hand whole
frames to the kernel, built once for many sockets. ``python -m infra.sockets.daphne`` is Daphne with
it, ``uvicorn --ws infra.sockets.uvicorn:FrameProtocol`` is uvicorn with it. Under any other server
the extension is missing, and ``send`` does the same, only slower.
"""
