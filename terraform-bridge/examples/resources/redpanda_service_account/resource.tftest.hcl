run "create" {
  assert {
    condition     = redpanda_service_account.example.id == "example-agent"
    error_message = "The id is not the name."
  }
}

# What a change would touch is not known in a plan, and a condition that is not known fails.
run "create_once" {
  command = plan

  assert {
    condition     = redpanda_service_account.example.updated_at != ""
    error_message = "A second plan changes something."
  }
}
