# pip install openai
import os

from openai import OpenAI

client = OpenAI(
    base_url="{{url}}",
    api_key=os.environ["GATEWAY_TOKEN"],
)

completion = client.chat.completions.create(
    model="{{model}}",
    messages=[{"role": "user", "content": "Say hello in one short sentence."}],
)
print(completion.choices[0].message.content)
