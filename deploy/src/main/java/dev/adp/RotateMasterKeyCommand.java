package dev.adp;

import dev.adp.domain.Actor;
import dev.adp.domain.Failure;
import dev.adp.domain.Origin;
import dev.adp.domain.Role;
import dev.adp.store.Database;
import dev.adp.store.FirstRun;
import dev.adp.store.MasterKeyRotation;
import dev.adp.store.MasterKeyRotation.Work;
import dev.adp.store.MasterKeys;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code ./adp rotate-master-key}: wraps everything that is sealed by a new master key, whether the
 * server runs or not. Killed in the middle, it goes on when it is run again.
 */
final class RotateMasterKeyCommand {
  private static final Actor CLI =
      new Actor("rotate-master-key", "", Set.of(Role.ADMIN), Optional.empty(), Origin.SYSTEM)
          .from(new Origin("cli", ""));

  private RotateMasterKeyCommand() {}

  /**
   * Rotates, or says what a rotation would do.
   *
   * @param arguments none, or {@code --dry-run}
   */
  static void run(Map<String, String> environment, List<String> arguments) {
    if (!arguments.isEmpty() && !arguments.equals(List.of("--dry-run"))) {
      throw new StartFailure("usage: ./adp rotate-master-key [--dry-run]");
    }
    boolean dryRun = !arguments.isEmpty();
    Config config = Config.of(environment, false);
    var files = MasterKeyFiles.of(config);
    try (var opened = new Opened()) {
      opened.add(files.lock());
      String url = InstalledDatabase.url(config, opened);
      System.out.println(rotate(InstalledDatabase.open(url, opened), files, dryRun));
    } catch (FirstRun.WrongMasterKey e) {
      throw new StartFailure(e.getMessage() + ".");
    } catch (Failure failure) {
      throw new StartFailure(failure.text() + ".");
    }
  }

  private static String rotate(Database database, MasterKeyFiles files, boolean dryRun) {
    boolean anew = files.makesNext();
    var next = files.next(dryRun);
    MasterKeys keys = files.keys(false);
    if (!FirstRun.done(database, keys)) {
      throw new StartFailure("the database has not been set up: there is nothing to rotate.");
    }
    var rotation = new MasterKeyRotation(database, keys, next);
    if (dryRun) {
      Work pending = rotation.pending(CLI);
      return text("Would wrap", pending, anew ? "a new one" : pending.to());
    }
    Work done = rotation.run(CLI);
    files.finish();
    return text("Wrapped", done, done.to());
  }

  private static String text(String verb, Work work, String to) {
    if (work.from().isEmpty()) {
      return "Everything is wrapped by master key %s already.".formatted(work.to());
    }
    return "%s %d secrets and %d signing keys anew: from master key %s to %s."
        .formatted(verb, work.secrets(), work.signingKeys(), String.join(" and ", work.from()), to);
  }
}
