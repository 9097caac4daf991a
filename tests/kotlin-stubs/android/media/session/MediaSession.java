package android.media.session;

import android.content.Context;
import android.media.MediaMetadata;
import android.os.Bundle;

public final class MediaSession {
    public MediaSession(Context context, String tag) { }
    public static final class Token {
        private Token() { }
    }
    public static abstract class Callback {
        public Callback() { }
        public native void onPlay();
        public native void onPause();
        public native void onStop();
        public native void onCustomAction(String action, Bundle extras);
    }
    public native void setCallback(Callback callback);
    public native void setActive(boolean active);
    public native boolean isActive();
    public native Token getSessionToken();
    public native void setPlaybackState(PlaybackState state);
    public native void setMetadata(MediaMetadata metadata);
    public native void release();
}
