package dev.adp.portal;

import dev.adp.domain.Role;
import java.util.List;
import java.util.stream.Stream;

/** A role to choose, with what it is for. */
public record RoleOption(String name, String text) {
  static final List<RoleOption> ALL = Stream.of(Role.values()).map(RoleOption::of).toList();

  private static RoleOption of(Role role) {
    String use =
        switch (role) {
          case READER -> "sees providers, secrets by name, guardrails and spend";
          case WRITER -> "also creates, changes, deletes and calls them";
          case LLM_PROVIDER_INVOKER -> "calls providers and nothing else: for applications";
          case TRANSCRIPT_READER -> "reads recorded conversations and nothing else";
          case ADMIN -> "everything, users and service accounts included";
        };
    return new RoleOption(role.displayName(), role.displayName() + " – " + use);
  }
}
