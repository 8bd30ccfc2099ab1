"""guarded.py ADDRESS PORT CERTIFICATE KEY TOKEN: a Milvus server behind TLS that lets in who has the token."""

import base64
import sys
from concurrent import futures

import grpc

address, port, certificate, key, token = sys.argv[1:]
behind = grpc.insecure_channel(address.removeprefix("http://"))
expected = base64.b64encode(token.encode()).decode()


class Guard(grpc.GenericRpcHandler):
    def service(self, details):
        metadata = dict(details.invocation_metadata)

        def answer(request, context):
            if metadata.get("authorization") != expected:
                context.abort(grpc.StatusCode.UNAUTHENTICATED, "auth check failure, please check token")
            try:
                return behind.unary_unary(details.method)(request, timeout=60)
            except grpc.RpcError as error:
                context.abort(error.code(), error.details())

        return grpc.unary_unary_rpc_method_handler(answer)


server = grpc.server(futures.ThreadPoolExecutor(4))
server.add_generic_rpc_handlers((Guard(),))
with open(key, "rb") as private, open(certificate, "rb") as public:
    credentials = grpc.ssl_server_credentials([(private.read(), public.read())])
server.add_secure_port(f"127.0.0.1:{port}", credentials)
server.start()
print("ready", flush=True)
server.wait_for_termination()
