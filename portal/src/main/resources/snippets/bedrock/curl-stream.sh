# Bedrock streams binary frames: tr leaves what people can read.
curl -sS -N '{{url}}/model/{{model.path}}/converse-stream' \
  -H "Authorization: Bearer $GATEWAY_TOKEN" \
  -H 'Content-Type: application/json' \
  -d '{
    "messages": [{"role": "user", "content": [{"text": "Say hello in one short sentence."}]}]
  }' | LC_ALL=C tr -cd '[:print:]\n'
