package android.hardware;

public final class SensorPrivacyManager {
    private SensorPrivacyManager() { }
    public static class Sensors {
        public static final int MICROPHONE = 1;
    }
    public native boolean supportsSensorToggle(int sensor);
}
