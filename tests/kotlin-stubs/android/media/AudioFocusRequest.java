package android.media;

import android.os.Handler;

public final class AudioFocusRequest {
    private AudioFocusRequest() { }
    public static final class Builder {
        public Builder(int focusGain) { }
        public native Builder setAudioAttributes(AudioAttributes attributes);
        public native Builder setAcceptsDelayedFocusGain(boolean acceptsDelayedFocusGain);
        public native Builder setWillPauseWhenDucked(boolean pauseOnDuck);
        public native Builder setOnAudioFocusChangeListener(AudioManager.OnAudioFocusChangeListener listener);
        public native Builder setOnAudioFocusChangeListener(AudioManager.OnAudioFocusChangeListener listener, Handler handler);
        public native AudioFocusRequest build();
    }
}
