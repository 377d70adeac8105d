package dev.adp;

import dev.adp.domain.Actor;
import dev.adp.domain.Failure;
import dev.adp.domain.NewPassword;
import dev.adp.domain.Origin;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Role;
import dev.adp.domain.UserAccount;
import dev.adp.store.Database;
import dev.adp.store.DatabaseState;
import dev.adp.store.FirstRun;
import dev.adp.store.Postgres;
import dev.adp.store.Users;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * {@code ./adp admin reset-password}: the way back in when nobody can sign in as an Admin any more.
 * It asks for no token but for the database and its master key, works whether the server runs or
 * not, and leaves a line in the audit log.
 */
final class AdminCommand {
  private static final String USAGE =
      "usage: ./adp admin reset-password NAME [--password-stdin] [--create EMAIL]";

  /** More than the longest password has. */
  private static final int LINE_BYTES_MAX = 1_024;

  private static final int USERS_READ_MAX = 1_000;
  private static final int ADMINS_NAMED_MAX = 10;
  private static final Actor CLI =
      new Actor("reset-password", "", Set.of(Role.ADMIN), Optional.empty(), new Origin("cli", ""));

  private AdminCommand() {}

  /**
   * What somebody wants.
   *
   * @param fromInput whether the password comes by standard input; else one is made
   * @param emailToCreate of the user, if he may be made when there is none of this name
   */
  record Wanted(String name, boolean fromInput, Optional<String> emailToCreate) {
    /** A password is no argument: everybody on the machine could see it. */
    static Wanted of(List<String> arguments) {
      var words = new ArrayDeque<>(arguments);
      Optional<String> name = Optional.empty();
      Optional<String> email = Optional.empty();
      boolean fromInput = false;
      boolean known = "reset-password".equals(words.poll());
      while (known && !words.isEmpty()) {
        String word = words.remove();
        if (word.equals("--password-stdin")) {
          fromInput = true;
        } else if (word.equals("--create") && email.isEmpty()) {
          email = Optional.ofNullable(words.poll());
          known = email.filter(address -> !address.startsWith("-")).isPresent();
        } else {
          known = name.isEmpty() && !word.startsWith("-");
          name = Optional.of(word);
        }
      }
      if (!known || name.isEmpty()) {
        throw new StartFailure(USAGE);
      }
      return new Wanted(name.get(), fromInput, email);
    }
  }

  /**
   * Gives a user a new password and every right, and says so.
   *
   * @throws StartFailure when something is in the way; nothing has changed then
   */
  static void run(Map<String, String> environment, List<String> arguments, InputStream input) {
    Wanted wanted = Wanted.of(arguments);
    Config config = Config.of(environment, false);
    Optional<String> given = wanted.fromInput() ? Optional.of(firstLine(input)) : Optional.empty();
    try (var opened = new Opened()) {
      String url = InstalledDatabase.url(config, opened);
      Database database = InstalledDatabase.open(url, opened);
      requireOurs(database, url, config);
      System.out.println(reset(new Users(database, Clock.systemUTC()), wanted, given));
    } catch (Failure failure) {
      String text = failure.text();
      throw new StartFailure(text.endsWith(".") ? text : text + ".");
    }
  }

  /** The password that comes by standard input. */
  static String firstLine(InputStream input) {
    var line = new ByteArrayOutputStream();
    try {
      for (int next = input.read(); next != -1 && next != '\n'; next = input.read()) {
        line.write(next);
        if (line.size() > LINE_BYTES_MAX) {
          throw noPassword();
        }
      }
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(line.toByteArray()))
              .toString()
              .replaceFirst("\r$", "");
      if (text.isEmpty()) {
        throw noPassword();
      }
      return text;
    } catch (CharacterCodingException _) {
      throw noPassword();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static StartFailure noPassword() {
    return new StartFailure(
        "standard input must have the new password in its first line, in UTF-8 and at most %d bytes."
            .formatted(LINE_BYTES_MAX));
  }

  /** Whoever has the database alone has no business here, and its tables must be those we know. */
  private static void requireOurs(Database database, String url, Config config) {
    DatabaseState state;
    try {
      state = DatabaseState.read(database, url);
    } catch (RuntimeException e) {
      throw new StartFailure(
          "the database at %s cannot be used (%s): check ADP_DATABASE_URL."
              .formatted(Postgres.address(url), StartFailure.reason(e)));
    }
    if (state.migrationsToCome() > 0) {
      throw new StartFailure(
          "the database at %s has not the schema of this version: start the server first, or run ./adp migrate where the database is your own."
              .formatted(Postgres.address(url)));
    }
    try {
      if (!FirstRun.done(database, MasterKeyFiles.of(config).keys(false))) {
        throw new StartFailure(
            "the database has not been set up: the first start of the server makes an Admin.");
      }
    } catch (FirstRun.WrongMasterKey e) {
      throw new StartFailure(e.getMessage() + ".");
    }
  }

  private static String reset(Users users, Wanted wanted, Optional<String> given) {
    var name = new ResourceId(wanted.name());
    NewPassword random = NewPassword.random();
    Function<UserAccount.Draft, NewPassword> password =
        user ->
            given
                .map(text -> new NewPassword("password", text, user.name().value(), user.email()))
                .orElse(random);
    UserAccount admin;
    try {
      admin = update(users, name, password);
    } catch (Failure.NotFound _) {
      var draft =
          new UserAccount.Draft(
              name,
              wanted.emailToCreate().orElseThrow(() -> nobody(users, name)),
              Role.ADMIN,
              false);
      admin = users.create(CLI, draft, Optional.of(password.apply(draft))).user();
    }
    return "User \"%s\" (%s) is an Admin, is not blocked and is signed out everywhere.%s"
        .formatted(
            admin.name(),
            admin.draft().email(),
            given.isPresent()
                ? " The password is the one that was given."
                : "\nPassword, shown this once: " + random.value());
  }

  private static UserAccount update(
      Users users, ResourceId name, Function<UserAccount.Draft, NewPassword> password) {
    return users.update(
        CLI,
        name,
        _ -> true,
        before ->
            new Users.Change(
                new UserAccount.Draft(before.name(), before.email(), Role.ADMIN, false),
                Optional.of(password.apply(before))));
  }

  /** Who has forgotten his password may have forgotten his name. */
  private static StartFailure nobody(Users users, ResourceId name) {
    return new StartFailure(
        "there is no user \"%s\"; Admins are: %s. With --create EMAIL the user is made."
            .formatted(
                name,
                users.list(CLI, USERS_READ_MAX, Optional.empty()).rows().stream()
                    .filter(user -> user.role() == Role.ADMIN)
                    .limit(ADMINS_NAMED_MAX)
                    .map(user -> user.name().value())
                    .collect(Collectors.joining(", "))));
  }
}
