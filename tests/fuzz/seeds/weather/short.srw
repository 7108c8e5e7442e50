1,city,TX,country,2012,32.47,-99.71,530,1,8760
note
Temperature,Pressure,Speed
C,atm,m/s
100,100,100
4.6,0.88,13.5
