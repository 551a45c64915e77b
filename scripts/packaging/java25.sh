# shellcheck shell=sh
# shellcheck disable=SC2034 # the launchers read what is set here
# Sourced, not run: what bin/java25.sh is in a package. The runtime, the jars and the start-up caches are beside it, made
# together by ./package, and nothing is built or looked for.

# The answer is known here, and the JVM would take a tenth of a second.
if [ $# = 1 ]; then
    case $1 in
        -version | --version | -V)
            echo "Version: @VERSION@"
            exit 0
            ;;
    esac
fi

# java25_require ROOT: sets JAVA_HOME.
java25_require() {
    JAVA_HOME=$1/runtime
    if [ ! -x "$JAVA_HOME/bin/java" ]; then
        echo "Error: $JAVA_HOME/bin/java is missing: install the package again" >&2
        exit 1
    fi
    export JAVA_HOME
}

# java25_build ROOT ...: sets java25_target, where the jars are.
java25_build() {
    java25_target=$1
}
