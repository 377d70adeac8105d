package dev.adp.portal;

import static dev.adp.domain.Permission.LLMPROVIDER_CREATE;
import static dev.adp.domain.Permission.LLMPROVIDER_DELETE;
import static dev.adp.domain.Permission.LLMPROVIDER_LIST;
import static dev.adp.domain.Permission.LLMPROVIDER_UPDATE;
import static dev.adp.domain.Permission.SECRET_CREATE;
import static dev.adp.domain.Permission.SECRET_DELETE;
import static dev.adp.domain.Permission.SECRET_LIST;
import static dev.adp.domain.Permission.SECRET_UPDATE;

import dev.adp.domain.Actor;

/** What a page offers this user. The store decides; this only hides what it would refuse. */
public record Can(Actor actor) {
  public boolean listProviders() {
    return actor.may(LLMPROVIDER_LIST);
  }

  public boolean createProvider() {
    return actor.may(LLMPROVIDER_CREATE);
  }

  public boolean updateProvider() {
    return actor.may(LLMPROVIDER_UPDATE);
  }

  public boolean deleteProvider() {
    return actor.may(LLMPROVIDER_DELETE);
  }

  public boolean listSecrets() {
    return actor.may(SECRET_LIST);
  }

  public boolean createSecret() {
    return actor.may(SECRET_CREATE);
  }

  public boolean updateSecret() {
    return actor.may(SECRET_UPDATE);
  }

  public boolean deleteSecret() {
    return actor.may(SECRET_DELETE);
  }
}
