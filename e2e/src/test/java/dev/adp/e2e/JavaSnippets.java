package dev.adp.e2e;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/** Runs Java examples of the portal one after the other: a JVM for each would take minutes. */
final class JavaSnippets {
  private JavaSnippets() {}

  /**
   * The program.
   *
   * @param names of compiled source files without a class of their own
   */
  public static void main(String[] names) throws ReflectiveOperationException {
    for (String name : names) {
      System.out.println(Scripts.HEADING + name);
      Class<?> type = Class.forName(name);
      Constructor<?> constructor = type.getDeclaredConstructor();
      Method main = type.getDeclaredMethod("main");
      constructor.setAccessible(true);
      main.setAccessible(true);
      try {
        main.invoke(constructor.newInstance());
      } catch (InvocationTargetException e) {
        System.out.println(e.getCause()); // In place of the answer.
      }
    }
    System.exit(0); // Whatever threads the clients have left.
  }
}
