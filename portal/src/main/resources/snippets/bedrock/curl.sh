curl -sS '{{url}}/model/{{model.path}}/converse' \
  -H "Authorization: Bearer $GATEWAY_TOKEN" \
  -H 'Content-Type: application/json' \
  -d '{
    "messages": [{"role": "user", "content": [{"text": "Say hello in one short sentence."}]}]
  }'
