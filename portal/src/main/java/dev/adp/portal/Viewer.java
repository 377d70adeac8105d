package dev.adp.portal;

import dev.adp.domain.Actor;
import java.util.Locale;

/** The signed-in user as the top bar shows him. */
public record Viewer(Actor actor) {
  public String initials() {
    String name = actor.name();
    return name.substring(0, Math.min(2, name.length())).toUpperCase(Locale.ROOT);
  }

  public String line() {
    return actor.attribution() + " · " + actor.roleNames();
  }
}
