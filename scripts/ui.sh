# shellcheck shell=bash
# Sourced. What ./demo and ./verify print: plain lines in a file, colour and a moving line on a terminal. No line is
# longer than 100 columns, but for a single word that is.

ui_tty=no
[ ! -t 1 ] || ui_tty=yes
ui_good='' ui_bad='' ui_dim='' ui_off=''
if [ "$ui_tty" = yes ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then
    ui_good=$'\e[32m' ui_bad=$'\e[31m' ui_dim=$'\e[2m' ui_off=$'\e[0m'
fi

# Sets ui_columns to the terminal's width, which may change while we run.
ui_measure() {
    local size=''
    { size=$(stty size <&9 2>/dev/null) || size=''; } 9<&1
    ui_columns=${size##* }
    [[ $ui_columns =~ ^[1-9][0-9]*$ ]] || ui_columns=80
}

# Takes back what ui_waiting wrote.
ui_clear() {
    [ "$ui_tty" = yes ] || return 0
    ui_measure
    printf '\r%*s\r' $((ui_columns - 1)) ''
}

# A line that the next output replaces; in a file it would only be noise. A line that fills the last column would make
# some terminals begin a new one.
ui_waiting() {
    [ "$ui_tty" = yes ] || return 0
    local text="  ... $*" room
    ui_measure
    room=$((ui_columns - 1))
    printf '\r%s%s%*s%s' "$ui_dim" "${text:0:room}" $((room > ${#text} ? room - ${#text} : 0)) '' "$ui_off"
}

# ui_fold ROOM TEXT: breaks at spaces; lines behind the first are indented.
ui_fold() {
    local room=$1 rest=$2 line margin=''
    while [ ${#rest} -gt "$room" ]; do
        line=${rest:0:room+1}
        line=${line% *}
        # A word that does not fit stays whole.
        [ ${#line} -le "$room" ] || line=${rest%% *}
        [ "$line" != "$rest" ] || break
        printf '%s%s\n' "$margin" "$line"
        rest=${rest:${#line}+1}
        margin='    '
        room=$(($1 - 4))
    done
    printf '%s%s\n' "$margin" "$rest"
}

ui_say() {
    ui_clear
    ui_fold 100 "$*"
}

ui_tick() {
    ui_clear
    printf '%s✓%s ' "$ui_good" "$ui_off"
    ui_fold 98 "$*"
}

ui_cross() {
    ui_clear
    printf '%s✗%s ' "$ui_bad" "$ui_off"
    ui_fold 98 "$*"
}

# ui_tail FILE [LINES]: names a log and shows its end.
ui_tail() {
    printf '  last lines of %s:\n' "$1"
    tail -n "${2:-8}" -- "$1" 2>/dev/null | cut -c 1-96 | sed 's/^/    /'
}

# The command that ui_run_logged is running: a process group of its own.
ui_child=''

# ui_run_logged LABEL LOG COMMAND...: runs the command with its output in LOG and shows for how long it has been
# running: at every second on a terminal, every ten seconds in a file.
ui_run_logged() {
    local label=$1 log=$2 began=$SECONDS passed told=0 status=0
    shift 2
    set -m
    "$@" >"$log" 2>&1 </dev/null &
    ui_child=$!
    set +m
    while kill -0 "$ui_child" 2>/dev/null; do
        passed=$((SECONDS - began))
        ui_waiting "$label: $passed s"
        if [ "$ui_tty" = no ] && [ "$passed" -ge $((told + 10)) ]; then
            ui_fold 98 "  $label: $passed s so far"
            told=$passed
        fi
        # A signal ends it, and the loop goes round.
        sleep 0.2 || true
    done
    wait "$ui_child" || status=$?
    ui_child=''
    ui_clear
    return "$status"
}

# Ends the command that ui_run_logged is running, for EXIT traps.
ui_stop() {
    [ -z "$ui_child" ] || kill -TERM -- "-$ui_child" 2>/dev/null || true
}
