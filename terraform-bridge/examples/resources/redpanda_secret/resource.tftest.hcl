run "create" {
  assert {
    condition     = redpanda_secret.example.secret_data_wo == null
    error_message = "The value is kept."
  }
}

# What a change would touch is not known in a plan, and a condition that is not known fails.
run "create_once" {
  command = plan

  assert {
    condition     = redpanda_secret.example.updated_at != ""
    error_message = "A second plan changes something."
  }
}
