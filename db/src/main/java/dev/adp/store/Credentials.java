package dev.adp.store;

import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.SERVICE_ACCOUNT_CREDENTIAL;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import dev.adp.domain.ResourceId;
import dev.adp.domain.ServiceAccount;
import dev.adp.domain.ServiceAccount.Lifetime;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.Record1;
import org.jooq.Select;

/**
 * The rows of credentials. Their secrets are 256 random bits, so one SHA-256 is hash enough: nobody
 * can try them all, however fast it is, and a token request stays cheap.
 */
final class Credentials {
  private static final int ID_CHARS = 8;

  /** How exactly the last use is known. Not each request for a token writes a row. */
  private static final Duration USE_NOTED_EVERY = Duration.ofMinutes(1);

  private Credentials() {}

  static ServiceAccounts.Credential add(
      Database.Tx tx, ResourceId account, Instant now, Lifetime lifetime) {
    var credential =
        new ServiceAccounts.Credential(
            account.value() + "-" + Passwords.random().substring(0, ID_CHARS),
            "adp_" + Passwords.random(),
            now,
            now.plus(lifetime.duration()));
    tx.execute(
        sql.insertInto(SERVICE_ACCOUNT_CREDENTIAL)
            .set(SERVICE_ACCOUNT_CREDENTIAL.CLIENT_ID, credential.clientId())
            .set(SERVICE_ACCOUNT_CREDENTIAL.SERVICE_ACCOUNT, account.value())
            .set(
                SERVICE_ACCOUNT_CREDENTIAL.SECRET_HASH,
                Passwords.fastHash(credential.clientSecret()))
            .set(SERVICE_ACCOUNT_CREDENTIAL.CREATED_AT, Times.of(now))
            .set(SERVICE_ACCOUNT_CREDENTIAL.EXPIRES_AT, Times.of(credential.expiresAt())));
    return credential;
  }

  static void delete(Database.Tx tx, String clientId) {
    tx.execute(
        sql.deleteFrom(SERVICE_ACCOUNT_CREDENTIAL)
            .where(SERVICE_ACCOUNT_CREDENTIAL.CLIENT_ID.eq(clientId)));
  }

  /** Credentials by the names of their accounts, the oldest first. */
  static Map<String, List<ServiceAccount.Credential>> of(
      Database.Tx tx, Select<Record1<String>> accounts) {
    return tx
        .list(
            sql.selectFrom(SERVICE_ACCOUNT_CREDENTIAL)
                .where(SERVICE_ACCOUNT_CREDENTIAL.SERVICE_ACCOUNT.in(accounts))
                .orderBy(
                    SERVICE_ACCOUNT_CREDENTIAL.CREATED_AT, SERVICE_ACCOUNT_CREDENTIAL.CLIENT_ID),
            row -> Map.entry(row.getString("service_account"), read(row)))
        .stream()
        .collect(groupingBy(Map.Entry::getKey, mapping(Map.Entry::getValue, toList())));
  }

  /** Whose credential this is, when the secret is its own and its time has not come. */
  static Optional<ResourceId> owner(
      Database database, String clientId, String secret, OffsetDateTime now) {
    byte[] offered = Passwords.fastHash(secret);
    Optional<ResourceId> owner =
        database
            .first(
                sql.selectFrom(SERVICE_ACCOUNT_CREDENTIAL)
                    .where(
                        SERVICE_ACCOUNT_CREDENTIAL.CLIENT_ID.eq(clientId),
                        SERVICE_ACCOUNT_CREDENTIAL.EXPIRES_AT.gt(now)),
                row ->
                    MessageDigest.isEqual(offered, row.getBuffer("secret_hash").getBytes())
                        ? row.getString("service_account")
                        : "")
            .filter(name -> !name.isEmpty())
            .map(ResourceId::new);
    owner.ifPresent(_ -> noteUse(database, clientId, now));
    return owner;
  }

  private static void noteUse(Database database, String clientId, OffsetDateTime now) {
    var used = SERVICE_ACCOUNT_CREDENTIAL.LAST_USED_AT;
    database.execute(
        sql.update(SERVICE_ACCOUNT_CREDENTIAL)
            .set(used, now)
            .where(
                SERVICE_ACCOUNT_CREDENTIAL.CLIENT_ID.eq(clientId),
                used.isNull().or(used.lt(now.minus(USE_NOTED_EVERY)))));
  }

  private static ServiceAccount.Credential read(Row row) {
    return new ServiceAccount.Credential(
        row.getString("client_id"),
        Times.read(row, "created_at"),
        Times.read(row, "expires_at"),
        Optional.ofNullable(row.getOffsetDateTime("last_used_at")).map(OffsetDateTime::toInstant));
  }

  /** As the audit log shows it. */
  static JsonObject json(String clientId, Instant expiresAt) {
    return new JsonObject().put("client_id", clientId).put("expires_at", expiresAt.toString());
  }
}
