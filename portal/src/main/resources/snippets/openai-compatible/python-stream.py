# pip install openai
import os

from openai import OpenAI

client = OpenAI(
    base_url="{{url}}",
    api_key=os.environ["GATEWAY_TOKEN"],
)

stream = client.chat.completions.create(
    model="{{model}}",
    messages=[{"role": "user", "content": "Say hello in one short sentence."}],
    stream=True,
)
for chunk in stream:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="", flush=True)
print()
