terraform import redpanda_guardrail.example example-no-pii
