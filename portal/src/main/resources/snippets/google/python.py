# pip install google-genai
import os

from google import genai
from google.genai import types

client = genai.Client(
    api_key=os.environ["GATEWAY_TOKEN"],
    http_options=types.HttpOptions(
        base_url="{{url}}",
        api_version="v1beta",
    ),
)

response = client.models.generate_content(
    model="{{model}}",
    contents="Say hello in one short sentence.",
)
print(response.text)
