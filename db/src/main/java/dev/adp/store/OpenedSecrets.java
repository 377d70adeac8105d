package dev.adp.store;

import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.LLM_PROVIDER_SECRET;
import static dev.adp.store.schema.Tables.SECRET;
import static java.util.stream.Collectors.toUnmodifiableMap;

import dev.adp.domain.SecretRef;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.Condition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The secrets that providers refer to, opened. A ciphertext that was opened before is not opened
 * again, so that a process that knows only the old master key goes on through a rotation.
 */
record OpenedSecrets(Map<SecretRef, String> values, Map<SecretRef, Buffer> ciphertexts) {
  private static final Logger LOG = LoggerFactory.getLogger(OpenedSecrets.class);
  static final OpenedSecrets NONE = new OpenedSecrets(Map.of(), Map.of());

  private record Opened(SecretRef name, Buffer ciphertext, String value) {}

  @Override
  public String toString() {
    return "OpenedSecrets" + values.keySet();
  }

  static OpenedSecrets read(Queries queries, MasterKeys masterKeys, OpenedSecrets known) {
    return read(
        queries,
        masterKeys,
        known,
        SECRET.NAME.in(sql.select(LLM_PROVIDER_SECRET.SECRET_NAME).from(LLM_PROVIDER_SECRET)));
  }

  /** The values of some secrets, whoever refers to them. */
  static Map<SecretRef, String> named(Queries queries, MasterKeys masterKeys, List<String> names) {
    return read(queries, masterKeys, NONE, SECRET.NAME.in(names)).values();
  }

  private static OpenedSecrets read(
      Queries queries, MasterKeys masterKeys, OpenedSecrets known, Condition condition) {
    var all =
        queries
            .list(
                sql.selectFrom(SECRET).where(condition),
                row -> known.again(row).or(() -> open(row, masterKeys)))
            .stream()
            .flatMap(Optional::stream)
            .toList();
    return new OpenedSecrets(
        all.stream().collect(toUnmodifiableMap(Opened::name, Opened::value)),
        all.stream().collect(toUnmodifiableMap(Opened::name, Opened::ciphertext)));
  }

  private Optional<Opened> again(Row row) {
    var name = new SecretRef(row.getString("name"));
    Buffer ciphertext = row.getBuffer("ciphertext");
    return Optional.ofNullable(values.get(name))
        .filter(_ -> ciphertext.equals(ciphertexts.get(name)))
        .map(value -> new Opened(name, ciphertext, value));
  }

  /** A value that cannot be opened is missing: it must not keep all other changes from acting. */
  private static Optional<Opened> open(Row row, MasterKeys masterKeys) {
    String name = row.getString("name");
    Buffer ciphertext = row.getBuffer("ciphertext");
    try {
      byte[] value =
          masterKeys.open(
              name,
              new MasterKey.Sealed(
                  row.getString("key_id"), row.getBuffer("wrapped_key"), ciphertext));
      return Optional.of(
          new Opened(new SecretRef(name), ciphertext, new String(value, StandardCharsets.UTF_8)));
    } catch (IllegalStateException e) {
      LOG.error("secret {} cannot be used", name, e);
      return Optional.empty();
    }
  }
}
