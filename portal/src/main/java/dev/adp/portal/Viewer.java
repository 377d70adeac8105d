package dev.adp.portal;

import dev.adp.domain.Actor;
import java.util.Locale;

/**
 * The signed-in user as the top bar shows him.
 *
 * @param hasPassword whether there is one of ours that he could change
 */
public record Viewer(Actor actor, boolean hasPassword) {
  public String initials() {
    String name = actor.plainName();
    return name.substring(0, Math.min(2, name.length())).toUpperCase(Locale.ROOT);
  }

  public String line() {
    return actor.attribution() + " · " + actor.roleNames();
  }
}
