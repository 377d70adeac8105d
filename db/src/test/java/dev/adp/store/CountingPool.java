package dev.adp.store;

import io.vertx.sqlclient.Pool;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;

/** A pool that counts the statements that are run on it outside transactions. */
final class CountingPool {
  private final AtomicInteger statements = new AtomicInteger();
  private final Pool pool;

  CountingPool(Pool pool) {
    this.pool =
        (Pool)
            Proxy.newProxyInstance(
                CountingPool.class.getClassLoader(),
                new Class<?>[] {Pool.class},
                (_, method, arguments) -> {
                  if (method.getName().equals("preparedQuery")) {
                    statements.incrementAndGet();
                  }
                  try {
                    return method.invoke(pool, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
  }

  Pool pool() {
    return pool;
  }

  int statements() {
    return statements.get();
  }
}
