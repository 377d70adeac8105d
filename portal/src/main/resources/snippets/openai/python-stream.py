# pip install openai
import os

from openai import OpenAI

client = OpenAI(
    base_url="{{url}}",
    api_key=os.environ["GATEWAY_TOKEN"],
)

stream = client.responses.create(
    model="{{model}}",
    input="Say hello in one short sentence.",
    stream=True,
)
for event in stream:
    if event.type == "response.output_text.delta":
        print(event.delta, end="", flush=True)
print()
