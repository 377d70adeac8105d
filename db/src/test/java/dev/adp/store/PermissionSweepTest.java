package dev.adp.store;

import static dev.adp.store.Actors.ADMIN;
import static dev.adp.store.Actors.INVOKER;
import static dev.adp.store.Actors.READER;
import static dev.adp.store.Drafts.OPENAI_API_KEY;
import static dev.adp.store.Drafts.openAi;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.adp.domain.Actor;
import dev.adp.domain.AuditEvent;
import dev.adp.domain.Conversation;
import dev.adp.domain.Failure.Forbidden;
import dev.adp.domain.Permission;
import dev.adp.domain.ProviderQuery;
import dev.adp.domain.ResourceId;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The table below is the policy of the store. A public method that takes an actor and is not in it,
 * and a public method of a repository that takes none and is not excused, fail here.
 */
class PermissionSweepTest {
  private static final Clock CLOCK = Clock.systemUTC();
  private static final ResourceId NAME = new ResourceId("team-a");

  @RegisterExtension static final StoreExtension store = new StoreExtension(CLOCK);

  record Row(String method, Actor actor, String permission, Consumer<Actor> call) {
    @Override
    public String toString() {
      return method + " as " + actor.roleNames();
    }
  }

  static Row row(String method, Actor actor, String permission, Consumer<Actor> call) {
    return new Row(method, actor, "dataplane_adp_" + permission, call);
  }

  static List<Row> policy() {
    return Stream.of(
            providerPolicy(),
            inlineSecretPolicy(),
            secretPolicy(),
            guardrailPolicy(),
            ConnectionPolicy.rows(store),
            UsagePolicy.rows(store),
            IdentityPolicy.rows(store),
            catalogPolicy(),
            blockedPolicy(),
            transcriptPolicy(),
            otherPolicy())
        .flatMap(List::stream)
        .toList();
  }

  private static List<Row> providerPolicy() {
    LlmProviders providers = store.providers();
    var all = ProviderQuery.ALL;
    return List.of(
        row(
            "LlmProviders.create",
            READER,
            "llmprovider_create",
            a -> providers.create(a, openAi("a"), List.of())),
        row(
            "LlmProviders.create",
            INVOKER,
            "llmprovider_create",
            a -> providers.create(a, openAi("a"), List.of())),
        row("LlmProviders.get", INVOKER, "llmprovider_get", a -> providers.get(a, NAME)),
        row(
            "LlmProviders.list",
            INVOKER,
            "llmprovider_list",
            a -> providers.list(a, all, 1, Optional.empty())),
        row(
            "LlmProviders.list",
            Actors.without(Permission.LLMPROVIDER_GET),
            "llmprovider_get",
            a -> providers.list(a, all, 1, Optional.empty())),
        row(
            "LlmProviders.overviews",
            Actors.without(Permission.LLMPROVIDER_GET),
            "llmprovider_get",
            a -> providers.overviews(a, all, 1, 0, ZoneOffset.UTC)),
        row(
            "LlmProviders.overviews",
            Actors.without(Permission.SPENDING_GET),
            "spending_get",
            a -> providers.overviews(a, all, 1, 0, ZoneOffset.UTC)),
        row(
            "LlmProviders.overviews",
            INVOKER,
            "llmprovider_list",
            a -> providers.overviews(a, all, 1, 0, ZoneOffset.UTC)),
        row(
            "LlmProviders.update",
            READER,
            "llmprovider_update",
            a -> providers.update(a, NAME, _ -> true, d -> d, List.of())),
        row(
            "LlmProviders.delete",
            READER,
            "llmprovider_delete",
            a -> providers.delete(a, NAME, _ -> true)));
  }

  /** Whoever brings a new secret along needs the right to create one too. */
  private static List<Row> inlineSecretPolicy() {
    LlmProviders providers = store.providers();
    return List.of(
        row(
            "LlmProviders.create",
            Actors.without(Permission.SECRET_CREATE),
            "secret_create",
            a -> providers.create(a, openAi("a"), List.of(Drafts.key("v")))),
        row(
            "LlmProviders.update",
            Actors.without(Permission.SECRET_CREATE),
            "secret_create",
            a -> providers.update(a, NAME, _ -> true, d -> d, List.of(Drafts.key("v")))));
  }

  private static List<Row> secretPolicy() {
    Secrets secrets = store.secrets();
    return List.of(
        row(
            "Secrets.create",
            READER,
            "secret_create",
            a -> secrets.create(a, Drafts.key("v"), Map.of())),
        row("Secrets.get", INVOKER, "secret_get", a -> secrets.get(a, OPENAI_API_KEY)),
        row("Secrets.list", INVOKER, "secret_list", a -> secrets.list(a, 1, Optional.empty())),
        row(
            "Secrets.list",
            Actors.without(Permission.SECRET_GET),
            "secret_get",
            a -> secrets.list(a, 1, Optional.empty())),
        row("Secrets.page", INVOKER, "secret_list", a -> secrets.page(a, 1, 0)),
        row(
            "Secrets.page",
            Actors.without(Permission.SECRET_GET),
            "secret_get",
            a -> secrets.page(a, 1, 0)),
        row(
            "Secrets.replace",
            READER,
            "secret_update",
            a -> secrets.replace(a, OPENAI_API_KEY, Optional.empty(), Optional.empty())),
        row("Secrets.delete", READER, "secret_delete", a -> secrets.delete(a, OPENAI_API_KEY)));
  }

  private static List<Row> guardrailPolicy() {
    Guardrails guardrails = store.guardrails();
    return List.of(
        row(
            "Guardrails.create",
            READER,
            "guardrail_create",
            a -> guardrails.create(a, Drafts.guardrail("pii", "us-east-1"))),
        row("Guardrails.get", INVOKER, "guardrail_get", a -> guardrails.get(a, NAME)),
        row(
            "Guardrails.list",
            INVOKER,
            "guardrail_list",
            a -> guardrails.list(a, 1, Optional.empty())),
        row(
            "Guardrails.list",
            Actors.without(Permission.GUARDRAIL_GET),
            "guardrail_get",
            a -> guardrails.list(a, 1, Optional.empty())),
        row("Guardrails.users", INVOKER, "guardrail_get", a -> guardrails.users(a, List.of())),
        row(
            "Guardrails.update",
            READER,
            "guardrail_update",
            a -> guardrails.update(a, NAME, _ -> true, d -> d)),
        row(
            "Guardrails.delete",
            READER,
            "guardrail_delete",
            a -> guardrails.delete(a, NAME, _ -> true)));
  }

  private static List<Row> catalogPolicy() {
    CatalogVersions versions = store.catalogVersions();
    String text = ModelCatalog.shippedFile().text();
    return List.of(
        row(
            "CatalogVersions.list",
            INVOKER,
            "catalog_get",
            a -> versions.list(a, 1, Optional.empty())),
        row("CatalogVersions.get", INVOKER, "catalog_get", a -> versions.get(a, Optional.empty())),
        row("CatalogVersions.latestFetch", INVOKER, "catalog_get", versions::latestFetch),
        row(
            "CatalogVersions.offer",
            Actors.WRITER,
            "catalog_update",
            a -> versions.offer(a, text, "a test")),
        row(
            "CatalogVersions.approve",
            Actors.WRITER,
            "catalog_update",
            a -> versions.approve(a, "1")),
        row(
            "CatalogVersions.known",
            Actors.WRITER,
            "catalog_update",
            a -> versions.known(a, text)));
  }

  private static List<Row> blockedPolicy() {
    var blocked = new BlockedSubjects(store.database(), CLOCK);
    var keys = store.masterKeys(); // Rotated to the key that is in force: there is nothing to do.
    var rotation = new MasterKeyRotation(store.database(), keys, keys.first());
    return List.of(
        row(
            "BlockedSubjects.list",
            Actors.WRITER,
            "user_list",
            a -> blocked.list(a, 1, Optional.empty())),
        row(
            "BlockedSubjects.list",
            Actors.without(Permission.USER_GET),
            "user_get",
            a -> blocked.list(a, 1, Optional.empty())),
        row("BlockedSubjects.block", Actors.WRITER, "user_update", a -> blocked.block(a, "x", "")),
        row("BlockedSubjects.unblock", Actors.WRITER, "user_update", a -> blocked.unblock(a, "x")),
        row("MasterKeyRotation.pending", READER, "secret_update", rotation::pending),
        row("MasterKeyRotation.run", READER, "secret_update", rotation::run));
  }

  /** A Writer changes what is recorded, and does not read it. */
  private static List<Row> transcriptPolicy() {
    var conversations = new Conversations(store.database());
    return List.of(
        row(
            "Conversations.list",
            Actors.WRITER,
            "transcript_list",
            a -> conversations.list(a, Conversation.Query.ALL, 1, Optional.empty())),
        row(
            "Conversations.list",
            Actors.without(Permission.TRANSCRIPT_GET),
            "transcript_get",
            a -> conversations.list(a, Conversation.Query.ALL, 1, Optional.empty())),
        row(
            "Conversations.get",
            Actors.WRITER,
            "transcript_get",
            a -> conversations.get(a, "c1", 1, Optional.empty())),
        row("Conversations.room", Actors.WRITER, "transcript_get", conversations::room),
        row(
            "Conversations.turn",
            Actors.WRITER,
            "transcript_get",
            a -> conversations.turn(a, "c1", UUID.randomUUID())));
  }

  private static List<Row> otherPolicy() {
    var catalog = new ModelCatalog(ModelCatalog.shipped(), CLOCK);
    Optional<String> any = Optional.empty();
    return List.of(
        row(
            "AuditLog.list",
            Actors.WRITER,
            "auditlog_list",
            a -> new AuditLog(store.database()).list(a, AuditEvent.Query.ALL, 1, Optional.empty())),
        row("ModelCatalog.models", INVOKER, "catalog_get", a -> catalog.models(a, "OPENAI")),
        row(
            "ModelCatalog.page",
            INVOKER,
            "catalog_get",
            a -> catalog.page(a, any, any, Optional.empty(), 1, Optional.empty())),
        row("ModelCatalog.find", INVOKER, "catalog_get", a -> catalog.find(a, "OPENAI", "gpt-5")),
        row(
            "ProviderSnapshot.invoke",
            READER,
            "llmprovider_invoke",
            a -> store.snapshot(ModelCatalog.shipped()).invoke(a, "team-a")));
  }

  @ParameterizedTest
  @MethodSource("policy")
  void refusesWhoLacksThePermissionAndNamesIt(Row row) {
    assertThatExceptionOfType(Forbidden.class)
        .isThrownBy(() -> row.call().accept(row.actor()))
        .withMessageMatching("lacks permission " + row.permission() + "( on provider \"team-a\")?");
  }

  /** Otherwise the row above might be refused for quite another reason. */
  @ParameterizedTest
  @MethodSource("policy")
  void doesNotRefuseAnAdministrator(Row row) {
    assertThat(
            Optional.ofNullable(catchThrowable(() -> row.call().accept(ADMIN)))
                .filter(Forbidden.class::isInstance))
        .isEmpty();
  }

  @Test
  void everyPublicMethodThatTakesAnActorIsInTheTableAndTakesHimFirst() {
    Map<String, JavaMethod> found = new LinkedHashMap<>();
    storeClasses().stream()
        .flatMap(type -> type.getMethods().stream())
        .filter(PermissionSweepTest::isPublic)
        .filter(method -> takes(method).contains(Actor.class.getName()))
        .forEach(method -> found.put(name(method), method));
    assertThat(policy().stream().map(Row::method).collect(toSet())).isEqualTo(found.keySet());
    assertThat(found.values())
        .allSatisfy(m -> assertThat(takes(m).getFirst()).isEqualTo(Actor.class.getName()));
  }

  @Test
  void everyPublicMethodNextToTheDatabaseTakesAnActorOrIsExcused() {
    Set<String> found =
        storeClasses().stream()
            .filter(PermissionSweepTest::usesDatabase)
            .flatMap(type -> type.getMethods().stream())
            .filter(PermissionSweepTest::isPublic)
            .filter(method -> !takes(method).contains(Actor.class.getName()))
            .map(PermissionSweepTest::name)
            .collect(toSet());
    assertThat(found).isEqualTo(WithoutActor.METHODS);
  }

  private static List<JavaClass> storeClasses() {
    return new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.adp.store")
            .stream()
            .filter(type -> type.getPackageName().equals("dev.adp.store"))
            .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
            .filter(type -> !type.getSimpleName().equals("Database"))
            .toList();
  }

  /** Holds the database, or something that does, or is handed it. */
  private static boolean usesDatabase(JavaClass type) {
    return type.getDirectDependenciesFromSelf().stream()
        .anyMatch(
            dependency ->
                Set.of("Database", "ProviderSnapshot")
                    .contains(dependency.getTargetClass().getSimpleName()));
  }

  private static boolean isPublic(JavaMethod method) {
    return method.getModifiers().contains(JavaModifier.PUBLIC)
        && !method.getModifiers().contains(JavaModifier.SYNTHETIC)
        && !method.getName().equals("toString");
  }

  private static List<String> takes(JavaMethod method) {
    return method.getRawParameterTypes().stream().map(JavaClass::getName).toList();
  }

  private static String name(JavaMethod method) {
    return method.getOwner().getSimpleName() + "." + method.getName();
  }
}
