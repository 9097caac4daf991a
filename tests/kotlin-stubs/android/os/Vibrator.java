package android.os;

public abstract class Vibrator {
    public abstract boolean hasVibrator();
    public native void vibrate(VibrationEffect vibe);
}
