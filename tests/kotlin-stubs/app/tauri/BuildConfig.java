package app.tauri;

public final class BuildConfig {
    public static final boolean DEBUG = Boolean.parseBoolean("true");
}
