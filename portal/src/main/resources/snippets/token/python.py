# pip install authlib requests
import os

from authlib.integrations.requests_client import OAuth2Session

session = OAuth2Session(
    os.environ["GATEWAY_CLIENT_ID"],
    os.environ["GATEWAY_CLIENT_SECRET"],
    token_endpoint="{{token_url}}",
    grant_type="client_credentials",
)
token = session.fetch_token()
print(token["access_token"])
