package dev.asterism.agent.it;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The agent as a shell starts it after a preparation of its own; the process is the agent's in the end. */
final class ThroughShell implements Product {

    private final String preparation;
    private final String redirection;

    /**
     * @param preparation shell commands that run first
     */
    ThroughShell(String preparation) {
        this(preparation, "");
    }

    /**
     * @param redirection of the agent's streams, as the shell writes it
     */
    ThroughShell(String preparation, String redirection) {
        this.preparation = preparation;
        this.redirection = redirection;
    }

    @Override
    public String label() {
        return "asterism-through-shell";
    }

    @Override
    public void require() {
        Ours.AGENT.require();
    }

    @Override
    public List<String> startCommand(Path config) {
        List<String> command =
                new ArrayList<>(
                        List.of("sh", "-c", preparation + "\nexec \"$@\" " + redirection, "sh"));
        command.addAll(Ours.AGENT.startCommand(config));
        return command;
    }

    @Override
    public String readyMark() {
        return Ours.AGENT.readyMark();
    }

    @Override
    public String ownConfig() {
        return Ours.AGENT.ownConfig();
    }

    @Override
    public void makeCa(Path folder) {
        Ours.AGENT.makeCa(folder);
    }

    @Override
    public void sign(Path folder, String name, String network, String groups) {
        Ours.AGENT.sign(folder, name, network, groups);
    }
}
