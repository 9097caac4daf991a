package android.media;

public final class AudioAttributes {
    public static final int USAGE_MEDIA = 1;
    public static final int CONTENT_TYPE_MUSIC = 2;
    public static class Builder {
        public Builder() { }
        public native Builder setUsage(int usage);
        public native Builder setContentType(int contentType);
        public native AudioAttributes build();
    }
}
