package android.media.session;

public final class PlaybackState {
    private PlaybackState() { }
    public static final int STATE_STOPPED = 1;
    public static final int STATE_PAUSED = 2;
    public static final int STATE_PLAYING = 3;
    public static final long ACTION_STOP = 1L;
    public static final long ACTION_PAUSE = 2L;
    public static final long ACTION_PLAY = 4L;
    public static final long ACTION_PLAY_PAUSE = 512L;
    public static final long PLAYBACK_POSITION_UNKNOWN = -1L;
    public static final class CustomAction {
        private CustomAction() { }
        public static final class Builder {
            public Builder(String action, CharSequence name, int icon) { }
            public native CustomAction build();
        }
    }
    public static final class Builder {
        public Builder() { }
        public native Builder setActions(long actions);
        public native Builder addCustomAction(CustomAction customAction);
        public native Builder setState(int state, long position, float playbackSpeed);
        public native PlaybackState build();
    }
}
