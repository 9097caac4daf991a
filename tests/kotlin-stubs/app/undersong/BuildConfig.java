package app.undersong;

public final class BuildConfig {
    public static final boolean DEBUG = Boolean.parseBoolean("true");
}
