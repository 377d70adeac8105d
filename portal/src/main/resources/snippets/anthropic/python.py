# pip install anthropic
import os

from anthropic import Anthropic

client = Anthropic(
    base_url="{{url}}",
    auth_token=os.environ["GATEWAY_TOKEN"],
)

message = client.messages.create(
    model="{{model}}",
    max_tokens=1024,
    messages=[{"role": "user", "content": "Say hello in one short sentence."}],
)
print(message.content[0].text)
