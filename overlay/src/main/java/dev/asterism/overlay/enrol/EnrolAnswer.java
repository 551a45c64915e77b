package dev.asterism.overlay.enrol;

/**
 * What a host gets: its certificate and the authorities to trust.
 *
 * @param certificatePem one certificate
 * @param caPem one or more
 */
public record EnrolAnswer(String certificatePem, String caPem) {

    public EnrolFields fields() {
        return new EnrolFields().withLines("certificate", certificatePem).withLines("ca", caPem);
    }

    public static EnrolAnswer of(EnrolFields fields) throws EnrolException {
        return new EnrolAnswer(
                fields.lines("certificate", EnrolFields.MAX_BYTES),
                fields.lines("ca", EnrolFields.MAX_BYTES));
    }
}
