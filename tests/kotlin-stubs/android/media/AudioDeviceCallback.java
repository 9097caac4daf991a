package android.media;

public abstract class AudioDeviceCallback {
    public native void onAudioDevicesAdded(AudioDeviceInfo[] addedDevices);
    public native void onAudioDevicesRemoved(AudioDeviceInfo[] removedDevices);
}
