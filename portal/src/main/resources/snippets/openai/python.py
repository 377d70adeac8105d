# pip install openai
import os

from openai import OpenAI

client = OpenAI(
    base_url="{{url}}",
    api_key=os.environ["GATEWAY_TOKEN"],
)

response = client.responses.create(
    model="{{model}}",
    input="Say hello in one short sentence.",
)
print(response.output_text)
