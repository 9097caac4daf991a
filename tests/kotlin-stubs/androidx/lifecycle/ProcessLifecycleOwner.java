package androidx.lifecycle;

public final class ProcessLifecycleOwner implements LifecycleOwner {
    public static native LifecycleOwner get();
    public native Lifecycle getLifecycle();
}
