package dev.adp.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;

/**
 * A pool in whose way something happens once, before the first statement that holds a text; or that
 * runs other statements than it is asked for.
 */
final class InterferingPool {
  private final String before;
  private final Runnable happens;
  private final UnaryOperator<String> rewritten;
  private final AtomicBoolean happened = new AtomicBoolean();

  private InterferingPool(String before, Runnable happens, UnaryOperator<String> rewritten) {
    this.before = before;
    this.happens = happens;
    this.rewritten = rewritten;
  }

  static Pool of(Pool pool, String before, Runnable happens) {
    return new InterferingPool(before, happens, statement -> statement).watched(Pool.class, pool);
  }

  static Pool rewriting(Pool pool, UnaryOperator<String> rewritten) {
    return new InterferingPool("", () -> {}, rewritten).watched(Pool.class, pool);
  }

  private <T> T watched(Class<T> type, T target) {
    return type.cast(
        Proxy.newProxyInstance(
            InterferingPool.class.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> call(target, method, arguments)));
  }

  private Object call(Object target, Method method, Object[] arguments) throws Throwable {
    if (method.getName().equals("preparedQuery")
        && String.valueOf(arguments[0]).contains(before)
        && happened.compareAndSet(false, true)) {
      happens.run();
    }
    if (method.getName().equals("preparedQuery")) {
      arguments[0] = rewritten.apply((String) arguments[0]);
    }
    try {
      Object result = method.invoke(target, arguments);
      return method.getName().equals("getConnection")
          ? ((Future<?>) result)
              .map(connection -> watched(SqlConnection.class, (SqlConnection) connection))
          : result;
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
