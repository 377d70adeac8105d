package dev.adp.domain;

/** A person of the built-in directory. */
public record User(String name, String email, Role role, boolean blocked) {
  public Actor actor() {
    return new Actor(Actor.USER + name, email, role);
  }
}
