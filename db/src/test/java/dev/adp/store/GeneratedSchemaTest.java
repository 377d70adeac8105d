package dev.adp.store;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jooq.codegen.GenerationTool;
import org.jooq.meta.jaxb.Configuration;
import org.jooq.meta.jaxb.Database;
import org.jooq.meta.jaxb.Generate;
import org.jooq.meta.jaxb.Generator;
import org.jooq.meta.jaxb.Jdbc;
import org.jooq.meta.jaxb.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The generated classes are those of the migrations. {@code -Dadp.schema.write=true} writes them
 * anew instead of comparing.
 */
class GeneratedSchemaTest {
  private static final Path CHECKED_IN = Path.of("src/generated/java");

  @RegisterExtension static final PostgresExtension postgres = new PostgresExtension();

  @TempDir Path fresh;

  @Test
  void checkedInClassesAreThoseOfTheMigrations() throws Exception {
    boolean write = Boolean.getBoolean("adp.schema.write");
    generate(write ? CHECKED_IN : fresh);
    assertThat(sources(CHECKED_IN)).isNotEmpty();
    if (!write) {
      assertThat(sources(fresh)).isEqualTo(sources(CHECKED_IN));
    }
  }

  private static void generate(Path into) throws Exception {
    GenerationTool.generate(
        new Configuration()
            .withJdbc(new Jdbc().withUrl(postgres.jdbcUrl()))
            .withGenerator(
                new Generator()
                    .withDatabase(
                        new Database()
                            .withInputSchema("public")
                            .withExcludes("flyway_.*|usage_record_.+")
                            .withOutputSchemaToDefault(true)
                            .withIncludeRoutines(false)
                            .withIncludeUDTs(false))
                    .withGenerate(
                        new Generate()
                            .withGeneratedAnnotation(false)
                            .withRecords(false)
                            .withIndexes(false)
                            .withImplicitJoinPathsToOne(false)
                            .withImplicitJoinPathsToMany(false)
                            .withImplicitJoinPathsManyToMany(false)
                            .withJavadoc(false)
                            .withComments(false))
                    .withTarget(
                        new Target()
                            .withPackageName("dev.adp.store.schema")
                            .withDirectory(into.toString()))));
  }

  private static Map<String, String> sources(Path root) throws IOException {
    try (var files = Files.walk(root)) {
      return new TreeMap<>(
          files
              .filter(file -> file.toString().endsWith(".java"))
              .collect(toMap(file -> root.relativize(file).toString(), GeneratedSchemaTest::read)));
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
