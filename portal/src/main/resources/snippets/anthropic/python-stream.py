# pip install anthropic
import os

from anthropic import Anthropic

client = Anthropic(
    base_url="{{url}}",
    auth_token=os.environ["GATEWAY_TOKEN"],
)

with client.messages.stream(
    model="{{model}}",
    max_tokens=1024,
    messages=[{"role": "user", "content": "Say hello in one short sentence."}],
) as stream:
    for text in stream.text_stream:
        print(text, end="", flush=True)
print()
