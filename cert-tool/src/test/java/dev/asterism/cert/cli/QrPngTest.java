package dev.asterism.cert.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QrPngTest {

    private static final int BLACK = 0xFF000000;
    private static final int WHITE = 0xFFFFFFFF;

    @TempDir Path directory;

    @Test
    void isPngWithQuietZoneAndFinderPatterns() throws IOException, ToolException {
        BufferedImage image = read(QrPng.of("x"));

        assertThat(image.getWidth()).isEqualTo((21 + 8) * 5);
        assertThat(image.getHeight()).isEqualTo(image.getWidth());
        assertThat(image.getRGB(19, 19)).isEqualTo(WHITE);
        assertThat(image.getRGB(20, 20)).isEqualTo(BLACK);
        assertThat(image.getRGB(image.getWidth() - 21, 20)).isEqualTo(BLACK);
        assertThat(image.getRGB(image.getWidth() - 20, 20)).isEqualTo(WHITE);
    }

    @Test
    void hasTheSizeOfTheImageThatTheRealToolMade() throws IOException {
        ToolRun tool = new ToolRun(directory).with("nebula-cert-1.6.1", "ca.crt", "ca.qr.png");

        ToolRun.Result result = tool.run("print", "-path", "ca.crt", "-out-qr", "-");

        try (InputStream real =
                QrPngTest.class.getResourceAsStream("/nebula-cert-1.6.1/ca.qr.png")) {
            assertThat(real).isNotNull();
            BufferedImage expected = ImageIO.read(real);
            BufferedImage ours = read(result.stdout().toArray());
            assertThat(ours.getWidth()).isEqualTo(expected.getWidth());
            assertThat(ours.getHeight()).isEqualTo(expected.getHeight());
        }
    }

    @Test
    void theRealToolsImageIsReadBack() throws Exception {
        ToolRun tool = new ToolRun(directory).with("nebula-cert-1.6.1", "ca.crt", "ca.qr.png");
        byte[] real = Files.readAllBytes(directory.resolve("ca.qr.png"));

        assertThat(QrText.of(real)).isEqualTo(tool.file("ca.crt"));
    }

    /** Each has other counts, blocks and patterns. */
    @Test
    void codesOfAllSizesAreReadBack() throws Exception {
        Set<Integer> sizes = new TreeSet<>();
        for (int length = 1; length <= 2331; length += 37) {
            String text = "a-b é".repeat(length).substring(0, length / 2 + 1);
            byte[] code = QrPng.of(text);
            sizes.add(read(code).getWidth());

            assertThat(QrText.of(code)).isEqualTo(text);
        }
        assertThat(sizes).hasSizeGreaterThan(20);
    }

    @Test
    void refusesWhatNoCodeCanHold() {
        assertThatThrownBy(() -> QrPng.of("x".repeat(3000)))
                .hasMessageStartingWith("error while generating qr code: ");
    }

    private static BufferedImage read(byte[] png) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(png));
    }
}
