package android.media;

public final class MediaMetadata {
    private MediaMetadata() { }
    public static final String METADATA_KEY_TITLE = "android.media.metadata.TITLE";
    public static final String METADATA_KEY_ARTIST = "android.media.metadata.ARTIST";
    public static final class Builder {
        public Builder() { }
        public native Builder putString(String key, String value);
        public native Builder putLong(String key, long value);
        public native MediaMetadata build();
    }
}
