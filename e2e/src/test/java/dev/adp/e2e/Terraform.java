package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The real Terraform in a directory of its own, and what it says. */
final class Terraform implements AutoCloseable {
  private static final Duration RUN_MAX = Duration.ofMinutes(5);
  private static final Pattern NEVER = Pattern.compile("(?!)");

  /** Plans are the same as what is there. */
  private static final int NO_CHANGES = 0;

  private static final int CHANGES = 2;

  /** How a run ended and all that it said, lines joined where Terraform has wrapped them. */
  record Run(int status, String text) {
    Run succeeds() {
      assertThat(status).as(text).isZero();
      return this;
    }

    /** Fails with these words, wherever they were wrapped. */
    Run failsWith(String... words) {
      assertThat(status).as(text).isNotZero();
      assertThat(flat()).as(text).contains(words);
      return this;
    }

    /** How many errors there are in it. */
    int errors() {
      return text.split("Error: ", -1).length - 1;
    }

    /** The text in one line without Terraform's frame. */
    String flat() {
      return text.replaceAll("[│╷╵]", " ").replaceAll("\\s+", " ");
    }
  }

  /** What a plan wants to do with one resource. */
  record Change(JsonObject json) {
    List<String> actions() {
      return json.getJsonObject("change").getJsonArray("actions").stream()
          .map(String::valueOf)
          .toList();
    }

    /** What will only be known afterwards. */
    JsonObject unknown() {
      return json.getJsonObject("change").getJsonObject("after_unknown");
    }

    /** The attributes that will only be known afterwards as a whole. */
    List<String> unknownNames() {
      return names(unknown());
    }

    /** The attributes that are not to be shown. */
    List<String> sensitiveNames() {
      return names(json.getJsonObject("change").getJsonObject("after_sensitive"));
    }

    private static List<String> names(JsonObject flags) {
      return flags.stream()
          .filter(entry -> Boolean.TRUE.equals(entry.getValue()))
          .map(Map.Entry::getKey)
          .toList();
    }

    JsonObject before() {
      return json.getJsonObject("change").getJsonObject("before");
    }

    JsonObject after() {
      return json.getJsonObject("change").getJsonObject("after");
    }

    JsonArray replacePaths() {
      return json.getJsonObject("change").getJsonArray("replace_paths", new JsonArray());
    }
  }

  private final Path directory;
  private final Map<String, String> environment;

  private Terraform(Path directory, Map<String, String> environment) {
    this.directory = directory;
    this.environment = environment;
  }

  /** Runs that use one process of the provider, which is fast. */
  static Terraform reattached(TerraformPlugin plugin, Program program) {
    Terraform terraform = in(plugin.reattaching());
    JsonObject credentials = program.credentials();
    terraform.environment.put("TF_VAR_endpoint", program.portal().toString());
    terraform.environment.put("TF_VAR_client_id", credentials.getString("client_id"));
    terraform.environment.put("TF_VAR_client_secret", credentials.getString("client_secret"));
    terraform.write(
        "provider.tf",
        REQUIRED
            + """
            variable "endpoint" {}
            variable "client_id" {}
            variable "client_secret" {}
            provider "redpanda" {
              endpoint      = var.endpoint
              client_id     = var.client_id
              client_secret = var.client_secret
            }
            """);
    return terraform;
  }

  /** Runs that launch the provider, with mutual TLS, and configure it by the environment. */
  static Terraform launched(TerraformPlugin plugin, Program program) {
    Terraform terraform = in(plugin.launching());
    JsonObject credentials = program.credentials();
    terraform.environment.put("REDPANDA_ADP_ENDPOINT", program.portal().toString());
    terraform.environment.put("REDPANDA_CLIENT_ID", credentials.getString("client_id"));
    terraform.environment.put("REDPANDA_CLIENT_SECRET", credentials.getString("client_secret"));
    terraform.write("provider.tf", REQUIRED + "provider \"redpanda\" {}\n");
    terraform.run("init").succeeds();
    return terraform;
  }

  static final String REQUIRED =
      """
      terraform {
        required_providers {
          redpanda = {
            source  = "%s"
            version = "%s"
          }
        }
      }
      """
          .formatted(TerraformPlugin.SOURCE, TerraformPlugin.VERSION);

  private static Terraform in(Map<String, String> environment) {
    try {
      var all = new HashMap<>(environment);
      all.put("TF_IN_AUTOMATION", "1");
      all.put("CHECKPOINT_DISABLE", "1"); // It would ask the internet for newer versions.
      return new Terraform(Files.createTempDirectory("adp-tf").toRealPath(), all);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its own version, for example 1.11.4. */
  static String version() {
    try (var terraform = in(Map.of())) {
      return new JsonObject(terraform.run("version", "-json").succeeds().text())
          .getString("terraform_version");
    }
  }

  Path directory() {
    return directory;
  }

  /** Another variable of the environment. */
  Terraform with(String name, String value) {
    environment.put(name, value);
    return this;
  }

  Terraform write(String file, String text) {
    try {
      Files.writeString(directory.resolve(file), text);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Terraform delete(String file) {
    try {
      Files.deleteIfExists(directory.resolve(file));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The configuration beside the provider block. */
  Terraform config(String hcl) {
    return write("main.tf", hcl);
  }

  /** Runs a command to its end. */
  Run run(String... arguments) {
    Child child = start(arguments);
    int status = child.awaitExit(RUN_MAX);
    return new Run(status, child.out() + "\n" + child.err());
  }

  /** Runs lines of a shell in the directory, as people do who paste them. */
  Run shell(String script) {
    String prelude =
        """
        set -eu
        export TF_CLI_ARGS=-no-color
        terraform() { command "${TERRAFORM_PATH:-terraform}" "$@"; }
        """;
    Child child = start(List.of("sh", "-c", prelude + script));
    int status = child.awaitExit(RUN_MAX);
    return new Run(status, child.out() + "\n" + child.err());
  }

  /** Starts a command. */
  Child start(String... arguments) {
    var line = new ArrayList<String>();
    line.add(System.getenv().getOrDefault("TERRAFORM_PATH", "terraform"));
    line.addAll(List.of(arguments));
    if (!List.of("fmt", "providers", "show", "version").contains(arguments[0])) {
      line.add("-no-color");
    }
    return start(line);
  }

  private Child start(List<String> line) {
    var builder = new ProcessBuilder(line).directory(directory.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("TF_"));
    builder.environment().putAll(environment);
    return Child.start(builder, NEVER);
  }

  /** Applies, and requires that there is nothing left to do. */
  Terraform apply() {
    run("apply", "-auto-approve", "-input=false").succeeds();
    requireNoChanges();
    return this;
  }

  /** Applies just what was planned last, and requires that there is nothing left to do. */
  void applyPlanned() {
    run("apply", "-input=false", "plan.bin").succeeds();
    requireNoChanges();
  }

  void requireNoChanges() {
    Run run = run("plan", "-detailed-exitcode", "-input=false");
    assertThat(run.status()).as(run.text()).isEqualTo(NO_CHANGES);
  }

  /** What a plan wants to do with one resource. */
  Change plan(String address, String... options) {
    return Optional.ofNullable(changes(options).get(address)).orElseThrow();
  }

  /** What a plan wants to do with each resource, by its address. */
  Map<String, Change> changes(String... options) {
    var arguments =
        new ArrayList<>(List.of("plan", "-detailed-exitcode", "-input=false", "-out=plan.bin"));
    arguments.addAll(List.of(options));
    Run run = run(arguments.toArray(String[]::new));
    assertThat(run.status()).as(run.text()).isIn(NO_CHANGES, CHANGES);
    return new JsonObject(run("show", "-json", "plan.bin").succeeds().text())
        .getJsonArray("resource_changes", new JsonArray()).stream()
            .map(JsonObject.class::cast)
            .collect(Collectors.toMap(change -> change.getString("address"), Change::new));
  }

  /** The attributes of a resource in the state. */
  JsonObject state(String address) {
    return new JsonObject(run("show", "-json").succeeds().text())
        .getJsonObject("values").getJsonObject("root_module").getJsonArray("resources").stream()
            .map(JsonObject.class::cast)
            .filter(resource -> resource.getString("address").equals(address))
            .map(resource -> resource.getJsonObject("values"))
            .findFirst()
            .orElseThrow();
  }

  /** The addresses of what is to be made anew. */
  List<String> tainted() {
    JsonObject state = new JsonObject(run("show", "-json").succeeds().text());
    return state
        .getJsonObject("values", new JsonObject())
        .getJsonObject("root_module", new JsonObject())
        .getJsonArray("resources", new JsonArray())
        .stream()
        .map(JsonObject.class::cast)
        .filter(resource -> resource.getBoolean("tainted", false))
        .map(resource -> resource.getString("address"))
        .toList();
  }

  String output(String name) {
    return run("output", "-raw", name).succeeds().text().strip();
  }

  void destroy() {
    run("destroy", "-auto-approve", "-input=false").succeeds();
  }

  /** All that is on disk. */
  List<Path> files() {
    try (var files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try (var files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
