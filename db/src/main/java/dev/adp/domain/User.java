package dev.adp.domain;

import java.util.Optional;

/** A person of the built-in directory. */
public record User(String name, String email, Role role, boolean blocked) {
  public Actor actor() {
    return new Actor(name, email, role, Optional.empty());
  }
}
