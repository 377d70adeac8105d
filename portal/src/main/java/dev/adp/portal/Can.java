package dev.adp.portal;

import static dev.adp.domain.Permission.AUDITLOG_LIST;
import static dev.adp.domain.Permission.CATALOG_UPDATE;
import static dev.adp.domain.Permission.GUARDRAIL_CREATE;
import static dev.adp.domain.Permission.GUARDRAIL_DELETE;
import static dev.adp.domain.Permission.GUARDRAIL_GET;
import static dev.adp.domain.Permission.GUARDRAIL_LIST;
import static dev.adp.domain.Permission.GUARDRAIL_UPDATE;
import static dev.adp.domain.Permission.LLMPROVIDER_CREATE;
import static dev.adp.domain.Permission.LLMPROVIDER_DELETE;
import static dev.adp.domain.Permission.LLMPROVIDER_INVOKE;
import static dev.adp.domain.Permission.LLMPROVIDER_LIST;
import static dev.adp.domain.Permission.LLMPROVIDER_UPDATE;
import static dev.adp.domain.Permission.SECRET_CREATE;
import static dev.adp.domain.Permission.SECRET_DELETE;
import static dev.adp.domain.Permission.SECRET_LIST;
import static dev.adp.domain.Permission.SECRET_UPDATE;
import static dev.adp.domain.Permission.SERVICEACCOUNT_CREATE;
import static dev.adp.domain.Permission.SERVICEACCOUNT_DELETE;
import static dev.adp.domain.Permission.SERVICEACCOUNT_GET;
import static dev.adp.domain.Permission.SERVICEACCOUNT_LIST;
import static dev.adp.domain.Permission.SERVICEACCOUNT_UPDATE;
import static dev.adp.domain.Permission.SPENDING_GET;
import static dev.adp.domain.Permission.TRANSCRIPT_GET;
import static dev.adp.domain.Permission.TRANSCRIPT_LIST;
import static dev.adp.domain.Permission.USER_CREATE;
import static dev.adp.domain.Permission.USER_DELETE;
import static dev.adp.domain.Permission.USER_GET;
import static dev.adp.domain.Permission.USER_LIST;
import static dev.adp.domain.Permission.USER_UPDATE;

import dev.adp.domain.Actor;
import java.util.stream.Stream;

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

  /** Whether he may have the gateway make a call to see whether it works. */
  public boolean testProvider() {
    return actor.may(LLMPROVIDER_INVOKE) && actor.may(LLMPROVIDER_UPDATE);
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

  public boolean listGuardrails() {
    return actor.may(GUARDRAIL_LIST) && actor.may(GUARDRAIL_GET);
  }

  public boolean createGuardrail() {
    return actor.may(GUARDRAIL_CREATE);
  }

  public boolean updateGuardrail() {
    return actor.may(GUARDRAIL_UPDATE);
  }

  public boolean deleteGuardrail() {
    return actor.may(GUARDRAIL_DELETE);
  }

  public boolean listAccounts() {
    return actor.may(SERVICEACCOUNT_LIST) && actor.may(SERVICEACCOUNT_GET);
  }

  public boolean createAccount() {
    return actor.may(SERVICEACCOUNT_CREATE);
  }

  public boolean updateAccount() {
    return actor.may(SERVICEACCOUNT_UPDATE);
  }

  public boolean deleteAccount() {
    return actor.may(SERVICEACCOUNT_DELETE);
  }

  public boolean listUsers() {
    return actor.may(USER_LIST) && actor.may(USER_GET);
  }

  public boolean createUser() {
    return actor.may(USER_CREATE);
  }

  public boolean updateUser() {
    return actor.may(USER_UPDATE);
  }

  public boolean deleteUser() {
    return actor.may(USER_DELETE);
  }

  public boolean viewSpending() {
    return actor.may(SPENDING_GET);
  }

  public boolean readTranscripts() {
    return actor.may(TRANSCRIPT_LIST) && actor.may(TRANSCRIPT_GET);
  }

  public boolean listAuditLog() {
    return actor.may(AUDITLOG_LIST);
  }

  /** Versions of the catalogue are for those who may approve one. */
  public boolean listCatalog() {
    return actor.may(CATALOG_UPDATE);
  }

  private record Entry(boolean seen, String path) {}

  /** The first entry of his sidebar; whoever has none reads how programs use his role. */
  String firstPage() {
    return Stream.of(
            new Entry(listProviders(), "/providers"),
            new Entry(listGuardrails(), "/guardrails"),
            new Entry(listSecrets(), "/secrets"),
            new Entry(listAccounts(), "/service-accounts"),
            new Entry(listUsers(), "/users"),
            new Entry(readTranscripts(), "/transcripts"),
            new Entry(viewSpending(), "/cost"),
            new Entry(listAuditLog(), "/audit-log"),
            new Entry(listCatalog(), "/catalog"))
        .filter(Entry::seen)
        .map(Entry::path)
        .findFirst()
        .orElse("/docs/api");
  }
}
