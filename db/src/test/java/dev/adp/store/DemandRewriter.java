package dev.adp.store;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.adp.domain.Actor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LineNumber;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Loads the store and its tests once more; every demand for a permission in it goes through {@link
 * Demands}.
 */
final class DemandRewriter extends ClassLoader {
  private static final String STORE = "dev.adp.store.";
  private static final ClassDesc ACTOR = Actor.class.describeConstable().orElseThrow();
  private static final ClassDesc DEMANDS = Demands.class.describeConstable().orElseThrow();
  private static final Set<String> NAMES = Set.of("require", "requireAll", "may");

  /** One server serves both loaders, and what they talk through is the same to both. */
  private static final List<String> SHARED =
      List.of("embedded.", "PostgresExtension", "Demands", "PermissionMutationTest");

  private final List<Site> sites = new ArrayList<>();

  /**
   * Where a demand stands.
   *
   * @param index which one of its method's, from 0
   */
  record Site(String type, String method, String descriptor, int line, int index) {
    @Override
    public String toString() {
      return "%s.%s, line %d".formatted(type, method, line);
    }
  }

  DemandRewriter() {
    super(DemandRewriter.class.getClassLoader());
  }

  /** All demands of the store; a demand's number is its place in this list. */
  List<Site> sites() throws ClassNotFoundException {
    for (JavaClass type :
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.adp.store")) {
      var _ = loadClass(type.getName());
    }
    return List.copyOf(sites);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(STORE)
        || SHARED.stream().anyMatch(name.substring(STORE.length())::startsWith)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      if (loaded == null) {
        byte[] code = rewritten(name, bytes(name));
        loaded = defineClass(name, code, 0, code.length);
      }
      return loaded;
    }
  }

  private byte[] rewritten(String name, byte[] bytes) {
    ClassFile file = ClassFile.of();
    ClassTransform methods =
        (builder, element) -> {
          if (element instanceof MethodModel method) {
            builder.transformMethod(method, MethodTransform.transformingCode(code(name, method)));
          } else {
            builder.with(element);
          }
        };
    return file.transformClass(file.parse(bytes), methods);
  }

  private CodeTransform code(String type, MethodModel method) {
    return CodeTransform.ofStateful(
        () -> {
          var line = new AtomicInteger();
          var index = new AtomicInteger();
          return (builder, element) -> {
            if (element instanceof LineNumber number) {
              line.set(number.line());
            }
            if (element instanceof InvokeInstruction call && isDemand(call)) {
              var site =
                  new Site(
                      type.substring(STORE.length()),
                      method.methodName().stringValue(),
                      method.methodType().stringValue(),
                      line.get(),
                      index.getAndIncrement());
              rewrite(builder, call, number(site));
            } else {
              builder.with(element);
            }
          };
        });
  }

  private static boolean isDemand(InvokeInstruction call) {
    return call.owner().asSymbol().equals(ACTOR) && NAMES.contains(call.name().stringValue());
  }

  private static void rewrite(CodeBuilder builder, InvokeInstruction call, int demand) {
    builder
        .loadConstant(Integer.valueOf(demand))
        .invokestatic(
            DEMANDS,
            call.name().stringValue(),
            call.typeSymbol()
                .insertParameterTypes(0, ACTOR)
                .insertParameterTypes(2, ConstantDescs.CD_int));
  }

  /** The same again for the same site: a transformation may be run twice. */
  private int number(Site site) {
    if (!sites.contains(site)) {
      sites.add(site);
    }
    return sites.indexOf(site);
  }

  private static byte[] bytes(String name) throws ClassNotFoundException {
    String resource = "/" + name.replace('.', '/') + ".class";
    try (InputStream in = DemandRewriter.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
