# pip install boto3
import os

import boto3

# The gateway token takes the place of keys: the gateway signs for AWS itself.
os.environ["AWS_BEARER_TOKEN_BEDROCK"] = os.environ["GATEWAY_TOKEN"]
client = boto3.client(
    "bedrock-runtime",
    region_name="{{region}}",
    endpoint_url="{{url}}",
)

response = client.converse_stream(
    modelId="{{model}}",
    messages=[{"role": "user", "content": [{"text": "Say hello in one short sentence."}]}],
)
for event in response["stream"]:
    if "contentBlockDelta" in event:
        print(event["contentBlockDelta"]["delta"].get("text", ""), end="", flush=True)
print()
