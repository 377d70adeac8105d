package dev.adp.store;

import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jooq.Query;

/**
 * What rows are read from: the database, each time as it is, or one transaction. A class, since
 * what an interface declares is public, and statements are the store's own.
 */
abstract class Queries {
  abstract <T> List<T> list(Query query, Function<Row, T> read);

  <T> Optional<T> first(Query query, Function<Row, T> read) {
    return list(query, read).stream().findFirst();
  }
}
