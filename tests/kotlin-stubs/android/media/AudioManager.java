package android.media;

import android.os.Handler;
import java.util.List;

public class AudioManager {
    public static final String ACTION_AUDIO_BECOMING_NOISY = "android.media.AUDIO_BECOMING_NOISY";
    public static final int AUDIOFOCUS_GAIN = 1;
    public static final int AUDIOFOCUS_LOSS = -1;
    public static final int AUDIOFOCUS_LOSS_TRANSIENT = -2;
    public static final int AUDIOFOCUS_LOSS_TRANSIENT_CAN_DUCK = -3;
    public static final int AUDIOFOCUS_REQUEST_FAILED = 0;
    public static final int AUDIOFOCUS_REQUEST_GRANTED = 1;
    public static final int AUDIOFOCUS_REQUEST_DELAYED = 2;
    public static final int GET_DEVICES_OUTPUTS = 2;
    public static final int GET_DEVICES_INPUTS = 1;
    public interface OnAudioFocusChangeListener {
        void onAudioFocusChange(int focusChange);
    }
    public native int requestAudioFocus(AudioFocusRequest focusRequest);
    public native int abandonAudioFocusRequest(AudioFocusRequest focusRequest);
    public native AudioDeviceInfo[] getDevices(int flags);
    public native List<AudioDeviceInfo> getAudioDevicesForAttributes(AudioAttributes attributes);
    public native void registerAudioDeviceCallback(AudioDeviceCallback callback, Handler handler);
    public native void unregisterAudioDeviceCallback(AudioDeviceCallback callback);
}
